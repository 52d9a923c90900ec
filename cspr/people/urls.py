"""Addresses of "People and access" and "Your account"."""

from django.urls import path

from cspr.people import agency_views, alarm_views, own_views, partnership_views, views

app_name = "accounts"
urlpatterns = [
    path("people/", views.PeoplePage.as_view(), name="people"),
    path("people/invite/", views.Invite.as_view(), name="invite"),
    path(
        "people/invitations/<str:ref>/withdraw/",
        views.WithdrawInvitation.as_view(),
        name="withdraw_invitation",
    ),
    path("people/grants/<str:ref>/confirm/", views.ConfirmGrant.as_view(), name="confirm_grant"),
    path("people/grants/<str:ref>/decline/", views.DeclineGrant.as_view(), name="decline_grant"),
    path("people/partnerships/", partnership_views.Partnerships.as_view(), name="partnerships"),
    path(
        "people/partnerships/<str:ref>/",
        partnership_views.EditPartnership.as_view(),
        name="edit_partnership",
    ),
    path("people/partnerships/<str:ref>/agency/", partnership_views.AddAgency.as_view(), name="add_agency"),
    path("people/agencies/", agency_views.Agencies.as_view(), name="agencies"),
    path(
        "people/partnerships/<str:ref>/agencies/<int:agency>/executive/",
        agency_views.NameExecutive.as_view(),
        name="name_executive",
    ),
    path("people/alarms/", alarm_views.Alarms.as_view(), name="alarms"),
    path("people/alarms/<str:ref>/look/", alarm_views.LookAt.as_view(), name="look_at_alarm"),
    path("people/<str:ref>/", views.PersonPage.as_view(), name="person"),
    path("people/<str:ref>/role/", views.GiveRole.as_view(), name="give_role"),
    path("people/<str:ref>/roles/<str:role_ref>/end/", views.EndRole.as_view(), name="end_role"),
    path("people/<str:ref>/deactivate/", views.Deactivate.as_view(), name="deactivate"),
    path("people/<str:ref>/sessions/end/", views.EndSessions.as_view(), name="end_sessions"),
    path(
        "people/<str:ref>/second-factor/remove/",
        views.ResetSecondFactor.as_view(),
        name="reset_second_factor",
    ),
    path("account/", own_views.Profile.as_view(), name="profile"),
    path("account/edit/", own_views.EditProfile.as_view(), name="edit_profile"),
    path("account/sessions/end/", own_views.EndOtherSessions.as_view(), name="end_other_sessions"),
    path("account/invitation/", own_views.AcceptInvitation.as_view(), name="accept_invitation"),
    path("account/invitation/<str:token>/", own_views.OpenInvitation.as_view(), name="open_invitation"),
]
